import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** A PNG with its size in pixels. */
export type Drawn = { readonly bytes: Uint8Array; readonly hash: string; readonly width: number; readonly height: number };

const find = createRequire(import.meta.url).resolve;
/** Regular weight only, ten megabytes: it is read when the first picture is drawn, and never leaves the server. */
const fontFile = '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf';
/** Pixels for each unit of a chart: 215 dots an inch on paper. */
const zoom = 2;

let ready: Promise<Uint8Array> | null = null;

/** The drawing machine is plain WebAssembly and the font comes with the package: a bare server draws Chinese without any font of its own. */
async function prepare(): Promise<Uint8Array> {
	const [font, wasm] = await Promise.all([readFile(find(fontFile)), readFile(find('@resvg/resvg-wasm/index_bg.wasm'))]);
	await initWasm(wasm);
	return font;
}

/** Draws an SVG. */
export async function picture(svg: string): Promise<Drawn> {
	ready ??= prepare();
	const font = await ready;
	const machine = new Resvg(svg, { font: { loadSystemFonts: false, fontBuffers: [font], defaultFontFamily: 'Noto Sans SC' }, fitTo: { mode: 'zoom', value: zoom } });
	const image = machine.render();
	try {
		const bytes = image.asPng();
		return { bytes, hash: createHash('sha256').update(bytes).digest('hex'), width: image.width, height: image.height };
	} finally {
		// Its memory is not the collector's.
		image.free();
		machine.free();
	}
}
