const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `1.5 GB`: bytes in the largest unit that they fill, by 1,024. */
export function bytesText(bytes: number): string {
	const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
	const value = bytes / 1024 ** power;
	return `${power === 0 ? bytes : value.toFixed(value < 10 ? 1 : 0)} ${units[power]}`;
}
