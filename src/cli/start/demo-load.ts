import { loadDemo } from '#db/demo/load.ts';

/** A process of its own for loading the demo: it computes for seconds on end, and its parent must be able to stop meanwhile. */

export type DemoOrder = { readonly url: string; readonly password: string };
export type DemoReport =
	| { readonly kind: 'step'; readonly step: string }
	| { readonly kind: 'end'; readonly ok: boolean; readonly text: string };

const report = (message: DemoReport) => process.send?.(message);

process.on('disconnect', () => process.exit(1));
// Ctrl-C reaches the whole group; the parent decides.
process.on('SIGINT', () => undefined);
process.once('message', (order: DemoOrder) => {
	void loadDemo({ ...order, size: 'S', progress: (step) => report({ kind: 'step', step }) })
		.then((result) =>
			result.ok
				? report({ kind: 'end', ok: true, text: `${result.enterprises} enterprises, ${result.events} events, ${result.seconds} s` })
				: report({ kind: 'end', ok: false, text: result.message })
		)
		.catch((error: unknown) => report({ kind: 'end', ok: false, text: error instanceof Error ? error.message : String(error) }));
});
