/** Kinds of events offered on the map, the most watched first. All of them are counted; these say something about risk. */
export const mapKinds = [
	'complaint', 'registration', 'change', 'cancellation', 'penalty', 'abnormal-list', 'serious-violation', 'compulsory-measure',
	'inspection', 'filing', 'licence', 'pledge'
] as const;
