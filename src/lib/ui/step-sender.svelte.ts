import { invalidateAll } from '$app/navigation';
import type { SubmitFunction } from '@sveltejs/kit';

/** A step that was refused, with what was typed for it. */
export type FailedStep = { readonly step: string; readonly typed: Readonly<Record<string, string>>; readonly conflict: boolean } | null;

/** Sends the steps of one thing; while one is on its way none of the others can be sent. */
export type StepSender = { readonly busy: boolean; readonly send: SubmitFunction };

/** What is typed stays where a step is refused; where somebody else was faster the page shows what the thing is now, not what it was. */
export function makeStepSender(): StepSender {
	let busy = $state(false);
	return {
		get busy() {
			return busy;
		},
		send: () => {
			busy = true;
			return async ({ update, result }) => {
				await update({ reset: result.type === 'success' });
				if (result.type === 'failure' && result.data?.['conflict']) await invalidateAll();
				busy = false;
			};
		}
	};
}
