import type { CDPSession, Page } from 'playwright';

/** What a page holds on to, after everything it let go was collected. */
export type Held = { readonly heapBytes: number; readonly nodes: number; readonly listeners: number };

/** How long a request may take stays real: the network does not hasten. */
const realMs = 20_000;

/**
 * Lets a screen live faster: its timers and its clock run `pace` times as fast, and each answer brings the whole picture, as if
 * something had changed every time. `wallAsked` counts how often it asked. For `page.addInitScript`.
 */
export function hasten({ pace, real }: { readonly pace: number; readonly real: number }): void {
	const world = window as unknown as Record<string, unknown>;
	const RealDate = Date;
	const start = RealDate.now();
	const now = () => start + (RealDate.now() - start) * pace;
	class FastDate extends RealDate {
		constructor(...parts: readonly never[]) {
			if (parts.length === 0) super(now());
			else super(...(parts as unknown as [number]));
		}
		static override now = now;
	}
	world['Date'] = FastDate;
	const shorter = (ms = 0) => (ms === real ? ms : ms / pace);
	const [later, often, ask] = [window.setTimeout.bind(window), window.setInterval.bind(window), window.fetch.bind(window)];
	world['setTimeout'] = (work: () => void, ms?: number) => later(work, shorter(ms));
	world['setInterval'] = (work: () => void, ms?: number) => often(work, shorter(ms));
	world['wallAsked'] = 0;
	window.fetch = (input, init) => {
		const address = String(input);
		if (!address.startsWith('/wall/data')) return ask(input, init);
		world['wallAsked'] = (world['wallAsked'] as number) + 1;
		return ask('/wall/data', init);
	};
}

/** Opens a screen whose time runs `pace` times as fast. */
export async function openHastened(page: Page, address: string, pace: number): Promise<CDPSession> {
	await page.addInitScript(hasten, { pace, real: realMs });
	await page.emulateMedia({ reducedMotion: 'reduce' });
	await page.goto(address);
	await page.locator('main').waitFor();
	return page.context().newCDPSession(page);
}

/** How often the screen has asked since it was opened. */
export const asked = (page: Page): Promise<number> => page.evaluate(() => (window as unknown as Record<string, number>)['wallAsked'] ?? 0);

/** Waits until the screen has asked so often. */
export async function untilAsked(page: Page, times: number): Promise<void> {
	await page.waitForFunction((wanted) => ((window as unknown as Record<string, number>)['wallAsked'] ?? 0) >= wanted, times, { polling: 500, timeout: 0 });
}

/** Collects garbage and counts what is left. */
export async function held(session: CDPSession): Promise<Held> {
	for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage');
	const [{ usedSize }, { nodes, jsEventListeners }] = [await session.send('Runtime.getHeapUsage'), await session.send('Memory.getDOMCounters')];
	return { heapBytes: usedSize, nodes, listeners: jsEventListeners };
}
