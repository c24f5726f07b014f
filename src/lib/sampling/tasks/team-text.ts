/** A team in one line: `甲（一所）、乙（二所）`, and the unit once where all are of the same: `甲、乙（一所）`. */
export function teamText(team: readonly { readonly name: string; readonly unit: string }[]): string {
	const unit = team[0]?.unit;
	if (team.every((one) => one.unit === unit)) return team.length === 0 ? '' : `${team.map(({ name }) => name).join('、')}（${unit}）`;
	return team.map((one) => `${one.name}（${one.unit}）`).join('、');
}
