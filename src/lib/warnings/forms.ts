import { isDay } from '#lib/calendar/days.ts';
import { closingReasons, isClosingReason } from './closing-reasons.ts';
import type { Seen } from './desk.server.ts';
import type { DeskStep } from './work-steps.ts';

function text(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value.trim() : '';
}

/** The step of work a form asks for; null when it is incomplete. */
export function readStep(form: FormData): DeskStep | null {
	const action = text(form, 'action');
	const note = text(form, 'note');
	switch (action) {
		case 'acknowledge':
		case 'investigate':
		case 'reopen':
		case 'accept':
		case 'decline':
		case 'recall':
		case 'split':
		case 'note':
			return { action, note };
		case 'close': {
			const reason = text(form, 'reason');
			if (!isClosingReason(reason)) return null;
			const cause = closingReasons[reason].needsCause ? text(form, 'cause') : '';
			return cause === '' ? { action, reason, note } : { action, reason, cause, note };
		}
		case 'assign': {
			const ownerId = text(form, 'owner');
			return ownerId === '' ? null : { action, ownerId, note };
		}
		case 'hand-over':
		case 'reassign': {
			const departmentId = text(form, 'department');
			return departmentId === '' ? null : { action, departmentId, note };
		}
		default:
			return null;
	}
}

/** Which history the person had seen: the version the page was made from. */
export function readVersion(form: FormData): number {
	const version = Number(text(form, 'version'));
	return Number.isInteger(version) && version > 0 ? version : 0;
}

/** Ticked rows of the list, as `id:version`; at most a page. */
export function readPicked(form: FormData, most: number): Seen[] {
	return form
		.getAll('pick')
		.slice(0, most)
		.flatMap((value) => {
			const match = /^([\w-]{1,60}):(\d{1,9})$/.exec(typeof value === 'string' ? value : '');
			return match ? [{ id: match[1]!, version: Number(match[2]) }] : [];
		});
}

/** A day that exists, `YYYY-MM-DD`; null otherwise. */
export function readDay(form: FormData, name: string): string | null {
	const value = text(form, name);
	return isDay(value) ? value : null;
}
