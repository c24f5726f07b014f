import type { Cell } from './content.ts';

/** A cell as papers and pages write it: `—` for what is not known, a true minus. */
export function cellText(cell: Cell, digits = 0): string {
	if (cell === null) return '—';
	if (typeof cell === 'string') return cell;
	return cell.toFixed(digits).replace(/^-(0(\.0+)?)$/, '$1').replace('-', '−');
}
