import { isDay } from '#lib/calendar/days.ts';
import { fieldLimit } from './limits.ts';
import type { Measure, MeasureField } from './measure.ts';
import { saidValue, type FieldValues } from './template.ts';

/** What may be wrong with a field's value: no day, no time, no offered choice, too long, over already, or not what the text says. */
export type FieldFault = 'date' | 'time' | 'choice' | 'long' | 'past' | 'unsaid';

/** A field as a refusal names it. */
export type NamedField = Pick<MeasureField, 'key' | 'label' | 'labelEn'>;

export const named = ({ key, label, labelEn }: MeasureField): NamedField => ({ key, label, labelEn });

/** What is wrong with a value by its field's type; null when it fits. Whether a day is over is asked when the paper is to go. */
export function faultOf(field: MeasureField, value: string): FieldFault | null {
	switch (field.type) {
		case 'date':
		case 'any-date':
			return isDay(value) ? null : 'date';
		case 'time':
			return /^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? null : 'time';
		case 'choice':
			return field.choices.includes(value) ? null : 'choice';
		case 'text':
			return value.length <= fieldLimit ? null : 'long';
	}
}

/** The first field that keeps a paper from going on `today`: misread by its type, or a deadline that is over. */
export function unfitField(measure: Pick<Measure, 'fields'>, values: FieldValues, today: string): (NamedField & { readonly fault: FieldFault }) | null {
	for (const field of measure.fields) {
		const value = values[field.key] ?? '';
		if (value === '') continue;
		const fault = faultOf(field, value) ?? (field.type === 'date' && value < today ? 'past' : null);
		if (fault !== null) return { ...named(field), fault };
	}
	return null;
}

/** Fields whose value the text does not say though its template does: corrected or filled in after a person had worked on the text. */
export function unsaidFields(measure: Pick<Measure, 'fields' | 'title' | 'body'>, values: FieldValues, text: string): readonly NamedField[] {
	const template = `${measure.title}\n${measure.body}`;
	return measure.fields
		.filter((field) => template.includes(`{field:${field.key}}`) && !text.includes(saidValue(field, values).replace(/[。！？：；…]+$/, '')))
		.map(named);
}
