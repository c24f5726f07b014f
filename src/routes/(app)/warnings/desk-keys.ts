/** Keys of the steps of work on the ticked rows, or on the row one stands on. */
export const stepKeys = [
	['a', 'acknowledge'], ['g', 'assign'], ['s', 'snooze'], ['c', 'close'], ['h', 'hand-over'], ['m', 'merge'], ['n', 'note']
] as const;
