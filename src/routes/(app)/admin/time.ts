const clock = new Intl.DateTimeFormat('sv-SE', {
	timeZone: 'Asia/Shanghai',
	year: 'numeric',
	month: '2-digit',
	day: '2-digit',
	hour: '2-digit',
	minute: '2-digit',
	second: '2-digit'
});

/** `2025-06-10 09:30` in Asia/Shanghai; with seconds for trails. */
export function timeText(at: Date, seconds = false): string {
	const text = clock.format(at);
	return seconds ? text : text.slice(0, 16);
}
