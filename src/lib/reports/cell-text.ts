import { withDigits } from '#lib/risk-map/decimals.ts';
import type { Cell } from './content.ts';

/** A cell as papers and pages write it: `—` for what is not known, a true minus. */
export function cellText(cell: Cell, digits = 0): string {
	if (cell === null) return '—';
	if (typeof cell === 'string') return cell;
	return withDigits(cell, digits).replace('-', '−');
}

/** In Chinese characters: others are half as wide. */
export const lengthOf = (text: string): number => Math.ceil([...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 0x2e7f ? 1 : 0.55), 0));
