import { encode } from 'uqr';

/**
 * The dark modules of a QR code as one SVG path in a square of `size` units, its quiet zone of four modules included (GB/T 18284, ISO/IEC 18004).
 * Level M: a sheet that was folded can still be read.
 */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
	const { data, size } = encode(text, { ecc: 'M', border: 4 });
	const rows = data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')).join(''));
	return { size, path: rows.join('') };
}
