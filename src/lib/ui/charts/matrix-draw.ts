import type { MatrixCell } from './matrix.ts';

/** Colours by token and hatches by name, made once for a theme. */
export type MatrixInk = {
	readonly colour: (token: string) => string;
	readonly hatch: (pattern: NonNullable<MatrixCell['pattern']>) => CanvasPattern | null;
	/** By size in pixels. */
	readonly font: (size: number) => string;
};

/** What is seen of the whole drawing, in CSS pixels. */
export type MatrixView = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** Sizes of the cells' figures, the first that fits; a letter's width of them, and pixels of air beside it. A blank would look like nothing. */
const sizes = [11, 9] as const;
const letter = 0.58;
const air = 4;

/**
 * Draws the cells that are seen, and no others, in two passes: grounds with their hatches, then figures by colour, so that the canvas
 * changes colour and size a few times instead of ten thousand.
 *
 * @param context scaled to the device's pixels.
 */
export function drawMatrix(
	context: CanvasRenderingContext2D,
	view: MatrixView,
	grid: { readonly rows: number; readonly columns: number; readonly width: number; readonly height: number },
	cell: (row: number, column: number) => MatrixCell,
	ink: MatrixInk
): void {
	context.clearRect(0, 0, view.width, view.height);
	const [firstRow, lastRow] = [Math.max(0, Math.floor(view.top / grid.height)), Math.min(grid.rows, Math.ceil((view.top + view.height) / grid.height))];
	const [firstColumn, lastColumn] = [Math.max(0, Math.floor(view.left / grid.width)), Math.min(grid.columns, Math.ceil((view.left + view.width) / grid.width))];
	const [w, h] = [grid.width - 1, grid.height - 1];
	const texts = new Map<string, { readonly colour: string; readonly size: number; readonly list: [string, number, number][] }>();
	for (let row = firstRow; row < lastRow; row++) {
		const y = row * grid.height - view.top;
		for (let column = firstColumn; column < lastColumn; column++) {
			const one = cell(row, column);
			const x = column * grid.width - view.left;
			context.fillStyle = ink.colour(one.step ?? '--surface-sunken');
			context.fillRect(x, y, w, h);
			const hatch = one.pattern === null ? null : ink.hatch(one.pattern);
			if (hatch !== null) {
				context.fillStyle = hatch;
				context.fillRect(x, y, w, h);
			}
			const size = one.text === '' ? undefined : sizes.find((pixels) => grid.width >= air + one.text.length * pixels * letter);
			if (size === undefined) continue;
			const colour = one.step === null ? '--text-soft' : one.strong ? '--scale-text-high' : '--scale-text-low';
			const key = `${size} ${colour}`;
			const alike = texts.get(key) ?? { colour, size, list: [] };
			texts.set(key, alike);
			alike.list.push([one.text, x + w / 2, y + h / 2 + 0.5]);
		}
	}
	context.textAlign = 'center';
	context.textBaseline = 'middle';
	for (const { colour, size, list } of texts.values()) {
		context.fillStyle = ink.colour(colour);
		context.font = ink.font(size);
		for (const [text, x, y] of list) context.fillText(text, x, y);
	}
}

/** Pixels from line to line of a hatch. */
const hatchStep = 6;

/** Colours and hatches of the theme that is in force. @param token gives a token's value. @param ratio device pixels a CSS pixel. */
export function makeInk(token: (name: string) => string, ratio: number): MatrixInk {
	const colours = new Map<string, string>();
	const colour = (name: string) => {
		let value = colours.get(name);
		if (value === undefined) colours.set(name, (value = token(name)));
		return value;
	};
	const hatches = new Map<string, CanvasPattern | null>();
	const hatch: MatrixInk['hatch'] = (pattern) => {
		if (!hatches.has(pattern)) hatches.set(pattern, makeHatch(pattern, colour({ few: '--surface', late: '--text', none: '--text-soft' }[pattern]), ratio));
		return hatches.get(pattern)!;
	};
	const family = token('--font');
	return { colour, hatch, font: (size) => `${size}px ${family}` };
}

function makeHatch(pattern: NonNullable<MatrixCell['pattern']>, colour: string, ratio: number): CanvasPattern | null {
	const tile = document.createElement('canvas');
	tile.width = tile.height = Math.round(hatchStep * ratio);
	const context = tile.getContext('2d');
	if (context === null) return null;
	const scale = tile.width / hatchStep;
	context.scale(scale, scale);
	context.fillStyle = context.strokeStyle = colour;
	context.globalAlpha = 0.4;
	context.lineWidth = pattern === 'none' ? 1 : 1.5;
	context.beginPath();
	if (pattern === 'late') {
		context.arc(hatchStep / 2, hatchStep / 2, 1.1, 0, 2 * Math.PI);
		context.fill();
	} else {
		// Three lines, so that they go on at the tile's corners.
		for (const shift of [-hatchStep, 0, hatchStep]) {
			context.moveTo(shift, pattern === 'none' ? 0 : hatchStep);
			context.lineTo(shift + hatchStep, pattern === 'none' ? hatchStep : 0);
		}
		context.stroke();
	}
	const made = context.createPattern(tile, 'repeat');
	made?.setTransform(new DOMMatrix().scale(1 / scale));
	return made;
}
