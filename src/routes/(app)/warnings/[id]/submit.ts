import { getContext, setContext } from 'svelte';
import { invalidateAll } from '$app/navigation';
import type { ActionResult, SubmitFunction } from '@sveltejs/kit';

const key = Symbol('answers');

type Take = (result: ActionResult) => Promise<void>;

/** Beside the list the forms belong to another page: their answers go to whoever shows the warning there. */
export function takeAnswers(take: Take): void {
	setContext(key, take);
}

/**
 * How every form of the warning is sent: what was written stays when it was refused, and after somebody else was faster the warning is
 * shown as it is now. Call it while the component is set up.
 */
export function sending(busy: (sending: boolean) => void = () => {}): SubmitFunction {
	const take = getContext<Take | undefined>(key);
	return () => {
		busy(true);
		return async ({ update, result, formElement }) => {
			if (take) {
				await take(result);
				if (result.type === 'success') formElement.reset();
			} else {
				await update({ reset: result.type === 'success' });
				if (result.type === 'failure' && result.data?.['conflict']) await invalidateAll();
			}
			busy(false);
		};
	};
}
