import { escalationSteps } from '#lib/warnings/escalation.ts';
import { levels } from '#lib/warnings/levels.ts';
import type { RuleKind } from '#lib/warnings/rules.server.ts';

const graded = ['red', 'orange', 'yellow'] as const;

/** The rules a form holds, unchecked: the verb parses them. Fields are `cell.red.q`, `entity.red`, `red.acknowledge`, `deputy`. */
export function readRuleForm(kind: RuleKind, form: FormData): unknown {
	const number = (name: string) => {
		const text = String(form.get(name) ?? '').trim();
		return text === '' ? Number.NaN : Number(text);
	};
	if (kind === 'deadlines') {
		return Object.fromEntries(
			levels.map((level) => [level, { acknowledge: number(`${level}.acknowledge`), dispose: number(`${level}.dispose`) }])
		);
	}
	if (kind === 'escalation') return Object.fromEntries(['remind', ...escalationSteps].map((name) => [name, number(name)]));
	const cell = (level: string) => ({ q: number(`cell.${level}.q`), ratio: number(`cell.${level}.ratio`), excess: number(`cell.${level}.excess`) });
	return {
		cell: Object.fromEntries(graded.map((level) => [level, cell(level)])),
		entity: Object.fromEntries(graded.map((level) => [level, number(`entity.${level}`)]))
	};
}
