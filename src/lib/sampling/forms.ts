import { fail } from '@sveltejs/kit';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { refusalLabel } from './labels.ts';

/** A field of a form as text, trimmed; '' when missing or a file. */
export function text(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value.trim() : '';
}

/** All values of a repeated field, without empty ones. */
export function texts(form: FormData, name: string): string[] {
	return form.getAll(name).filter((v): v is string => typeof v === 'string' && v !== '');
}

/** A number, or null when the field is empty or none. */
export function number(form: FormData, name: string): number | null {
	const value = text(form, name);
	return value === '' || !Number.isFinite(Number(value)) ? null : Number(value);
}

/** A refusal as the answer of a form action: status, reason, and what to tell the person. */
export function refused(refusal: Refusal) {
	return fail(statusOf(refusal), { reason: refusal.reason, message: refusalLabel(refusal.reason) });
}
