import * as v from 'valibot';
import { classKeys, riskClasses, type ClassKey, type RiskClass } from '../classes.ts';

const tier = v.picklist(riskClasses);
const grade = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(20));
const field = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(40));
const points = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const part = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const quote = v.string();

/** A list, for stored objects forget their order; a grade twice would say two things. */
const isOnce = (rows: readonly { readonly grade: string }[]): boolean => new Set(rows.map((r) => r.grade)).size === rows.length;

const overlaySchema = v.object({
	field,
	mode: v.literal('overlay'),
	/** Each grade of the field and the tier it gives beside each class, in the office's own order. */
	matrix: v.pipe(v.array(v.object({ grade, tiers: v.object({ A: tier, B: tier, C: tier, D: tier, none: tier }) })), v.minLength(1), v.check((rows) => isOnce(rows), 'grade twice')),
	quote
});

const weightsSchema = v.pipe(
	v.object({
		field,
		mode: v.literal('weights'),
		/** Shares of the class and of the grade in the points; they sum to 1. */
		general: part,
		professional: part,
		/** Points of risk, 0 to 100, the higher the riskier. */
		grades: v.pipe(v.array(v.object({ grade, points })), v.minLength(1), v.check((rows) => isOnce(rows), 'grade twice')),
		classes: v.object({ A: points, B: points, C: points, D: points, none: points }),
		/** From so many points on the tier is B, C, D. */
		cuts: v.object({ B: points, C: points, D: points }),
		quote
	}),
	// 0.3 + 0.7 is a hair beside 1.
	v.check((r) => Math.abs(r.general + r.professional - 1) < 1e-9, 'weights do not sum to 1'),
	v.check((r) => r.cuts.B <= r.cuts.C && r.cuts.C <= r.cuts.D, 'cuts fall')
);

/** How the grades of one professional field and the general class make a tier (A8): a table of both, or a weighted sum. */
export const professionalSchema = v.variant('mode', [overlaySchema, weightsSchema]);
export type Professional = v.InferOutput<typeof professionalSchema>;

/** Grades a rule knows, in the order they were written. */
export function gradesOf(rule: Professional): string[] {
	return (rule.mode === 'overlay' ? rule.matrix : rule.grades).map((row) => row.grade);
}

/** Points of a weighted rule, 0 to 100; null for a grade the rule does not know. */
export function pointsOf(rule: Extract<Professional, { mode: 'weights' }>, grade: string, riskClass: ClassKey): number | null {
	const known = rule.grades.find((row) => row.grade === grade);
	return known === undefined ? null : rule.general * rule.classes[riskClass] + rule.professional * known.points;
}

/**
 * The professional tier of an enterprise for items of a field: what the rules go by there instead of the general class. It is no class,
 * and is never written to one.
 *
 * @returns Null where the general class decides: the preset has no rule for the field, or the enterprise no grade that it knows.
 */
export function tierOf(rules: readonly Professional[], field: string | null, grade: string | null, riskClass: ClassKey): RiskClass | null {
	const rule = field === null || grade === null ? undefined : rules.find((r) => r.field === field);
	if (!rule || grade === null) return null;
	if (rule.mode === 'overlay') return rule.matrix.find((row) => row.grade === grade)?.tiers[riskClass] ?? null;
	const reached = pointsOf(rule, grade, riskClass);
	if (reached === null) return null;
	// A sum of products is a hair below the figure it means.
	const from = (cut: number) => reached >= cut - 1e-9;
	return from(rule.cuts.D) ? 'D' : from(rule.cuts.C) ? 'C' : from(rule.cuts.B) ? 'B' : 'A';
}

/** The one of higher risk; `none` says nothing of risk and stands below all. */
export function riskier(a: ClassKey, b: ClassKey): ClassKey {
	const rank = (key: ClassKey): number => (key === 'none' ? -1 : classKeys.indexOf(key));
	return rank(a) >= rank(b) ? a : b;
}
