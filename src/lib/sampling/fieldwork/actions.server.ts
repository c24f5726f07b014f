import { fail } from '@sveltejs/kit';
import type { Actor } from '#lib/access/actor.ts';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { text } from '../forms.ts';
import { enterFindings } from './enter.server.ts';
import { removeEvidence } from './evidence.server.ts';
import { fieldworkRefusal } from './refusal-text.ts';
import type { VisitRef } from './refs.ts';
import { visitOf } from './visit-form.ts';

/** A refusal as the answer of a form action: status, reason, and what to tell the person. */
export function refusedWork(refusal: Refusal) {
	return fail(statusOf(refusal), { reason: refusal.reason, message: fieldworkRefusal(refusal) });
}

/** The form of a sheet. What was typed comes back when it is refused; after a conflict with what stands there. */
export async function enterFrom(locals: App.Locals, ref: VisitRef, uscc: string, form: FormData) {
	const typed = visitOf(form);
	const done = await enterFindings(locals.db, locals.actor as Actor, ref, uscc, typed);
	if (done.ok) return { saved: true as const, complete: done.complete };
	const theirs = 'theirs' in done ? done.theirs : null;
	return fail(statusOf(done), { reason: done.reason, message: fieldworkRefusal(done), theirs, typed });
}

/** The button beside an own file. */
export async function detachFrom(locals: App.Locals, ref: VisitRef, uscc: string, form: FormData) {
	const done = await removeEvidence(locals.db, locals.actor as Actor, ref, uscc, text(form, 'file'));
	return done.ok ? { detached: true as const } : refusedWork(done);
}
