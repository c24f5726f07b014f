import { integers, sampleOf } from './draw.ts';
import type { TeamMode } from './teams.ts';

/** An inspector as the register holds one. Days are `YYYY-MM-DD`. */
export type InspectorFacts = {
	readonly id: string;
	readonly departmentId: string;
	readonly state: string;
	readonly expert: boolean;
	readonly certificateUntil: string;
	/** Inspection item ids; null means every item of the inspector's own department, and of no other. */
	readonly itemIds: readonly string[] | null;
	readonly recused: readonly string[];
};

/** Why somebody of the register cannot be drawn as an inspector, in the order in which it is looked at. */
export const inspectorRefusals = ['left', 'expert', 'certificate-expired', 'item-not-in-scope'] as const;
export type InspectorRefusal = (typeof inspectorRefusals)[number];

export type ItemFacts = { readonly id: string; readonly departmentId: string };

/** @param on the last day on which a visit of the task may take place. @returns null when the inspector may be drawn. */
export function refusalOf(inspector: InspectorFacts, item: ItemFacts, on: string): InspectorRefusal | null {
	if (inspector.state !== 'active') return 'left';
	if (inspector.expert) return 'expert';
	if (inspector.certificateUntil < on) return 'certificate-expired';
	const inScope = inspector.itemIds === null ? inspector.departmentId === item.departmentId : inspector.itemIds.includes(item.id);
	return inScope ? null : 'item-not-in-scope';
}

/** One object to be visited: who must not go (declared interest) and who went last time. Identified by `uscc`. */
export type TeamObject = {
	readonly uscc: string;
	readonly objectId: string;
	readonly lastTeam: readonly string[];
};

export type TeamDraw =
	| { readonly ok: true; readonly teams: ReadonlyMap<string, readonly string[]> }
	| { readonly ok: false; readonly reason: 'too-few-inspectors'; readonly uscc: string | null; readonly available: number };

export type Candidate = { readonly id: string; readonly recused: readonly string[] };

/** What is drawn for each object, or once for the whole task: how many of whom, and the label of their streams. */
export type TeamWish = { readonly size: number; readonly label: 'inspectors' | 'experts'; readonly mode: TeamMode };

/**
 * Draws teams, a pure function of its arguments (docs/draw.md, "Inspectors").
 * Recusal is absolute. Rotation is a preference: who went last time stays out while enough others remain.
 * @param objects in their drawn order. @param key of the draw's streams.
 */
export function drawTeams(candidates: readonly Candidate[], objects: readonly TeamObject[], { size, label, mode }: TeamWish, key: string): TeamDraw {
	const sorted = [...candidates].sort((a, b) => (a.id < b.id ? -1 : 1));
	const teams = new Map<string, readonly string[]>();
	const pick = (group: readonly TeamObject[], stream: string): readonly string[] | number => {
		const allowed = sorted.filter((c) => !group.some((o) => c.recused.includes(o.uscc)));
		if (allowed.length < size) return allowed.length;
		const fresh = allowed.filter((c) => !group.some((o) => o.lastTeam.includes(c.id)));
		return sampleOf(fresh.length >= size ? fresh : allowed, size, integers(key, stream)).map((c) => c.id);
	};
	const groups = mode === 'task' ? [objects] : objects.map((o) => [o]);
	for (const group of groups) {
		const first = group[0];
		if (!first) continue;
		const team = pick(group, mode === 'task' ? label : `${label} ${first.objectId}`);
		if (typeof team === 'number') {
			return { ok: false, reason: 'too-few-inspectors', uscc: mode === 'object' ? first.uscc : null, available: team };
		}
		for (const object of group) teams.set(object.uscc, team);
	}
	return { ok: true, teams };
}

/** Draws inspectors and, in addition, experts (who do not count towards the two). */
export function drawAllTeams(
	inspectors: { readonly candidates: readonly Candidate[]; readonly size: number }, experts: { readonly candidates: readonly Candidate[]; readonly size: number },
	objects: readonly TeamObject[], mode: TeamMode, key: string
): { readonly inspectors: TeamDraw; readonly experts: TeamDraw } {
	return {
		inspectors: drawTeams(inspectors.candidates, objects, { size: inspectors.size, label: 'inspectors', mode }, key),
		experts: experts.size === 0 ? { ok: true, teams: new Map() } : drawTeams(experts.candidates, objects, { size: experts.size, label: 'experts', mode }, key)
	};
}
