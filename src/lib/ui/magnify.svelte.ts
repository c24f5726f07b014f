/** As in `tokens.css`. */
const wide = 'screen and (min-width: 2800px)';
const larger = 1.4;

/**
 * By how much everything is larger than its nominal size (the token `--magnify`), for drawings that count pixels themselves. Called while a
 * component is made; 1 until it is mounted, as on the server.
 */
export function magnified(): { readonly by: number } {
	let by = $state(1);
	$effect(() => {
		const query = matchMedia(wide);
		const look = () => (by = query.matches ? larger : 1);
		look();
		query.addEventListener('change', look);
		return () => query.removeEventListener('change', look);
	});
	return {
		get by() {
			return by;
		}
	};
}
