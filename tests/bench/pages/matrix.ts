import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import type { Browser } from 'playwright';

const [rows, columns] = [100, 97];
/** As the matrix stands on a page: columns as narrow as they get, so that figures of two digits have room. */
const grid = { rows, columns, width: 20, height: 24 } as const;
const rounds = 40;

/** Milliseconds a drawing takes, its pixels made: all cells at once, and those that a window of an office's usual screen holds. */
export type MatrixTimes = { readonly all: readonly number[]; readonly seen: readonly number[] };

/** Draws a matrix of 100 regions by 97 divisions with the product's own code, on a canvas of a browser whose processor is `slower` times slower. */
export async function drawTimes(browser: Browser, slower: number): Promise<MatrixTimes> {
	const address = `data:text/javascript;base64,${Buffer.from(stripTypeScriptTypes(readFileSync('src/lib/ui/charts/matrix-draw.ts', 'utf8'))).toString('base64')}`;
	const page = await browser.newPage();
	try {
		await (await page.context().newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slower });
		return await page.evaluate(async ({ address, grid, rounds }) => {
			const { drawMatrix, makeInk } = (await import(address)) as typeof import('#lib/ui/charts/matrix-draw.ts');
			const ink = makeInk((name) => (name === '--font' ? 'sans-serif' : `hsl(${(name.length * 47) % 360} 60% ${30 + ((name.length * 13) % 50)}%)`), 1);
			// A cell in ten is too small to judge, one in twenty late, one in three has nothing.
			const cells = Array.from({ length: grid.rows * grid.columns }, (_, i) => ({
				step: i % 3 === 0 ? null : `--scale-${'x'.repeat(i % 5)}`, strong: i % 5 === 4, text: i % 3 === 0 ? '0' : String(i % 90), detail: '', href: null,
				pattern: i % 10 === 0 ? ('few' as const) : i % 20 === 1 ? ('late' as const) : null
			}));
			const timesOf = (width: number, height: number) => {
				const canvas = Object.assign(document.createElement('canvas'), { width, height });
				document.body.replaceChildren(canvas);
				const context = canvas.getContext('2d')!;
				return Array.from({ length: rounds }, () => {
					const began = performance.now();
					drawMatrix(context, { left: 0, top: 0, width, height }, grid, (row, column) => cells[row * grid.columns + column]!, ink);
					// The browser paints when somebody looks.
					context.getImageData(0, 0, 1, 1);
					return performance.now() - began;
				});
			};
			return { all: timesOf(grid.columns * grid.width, grid.rows * grid.height), seen: timesOf(968, 480) };
		}, { address, grid, rounds });
	} finally {
		await page.close();
	}
}
