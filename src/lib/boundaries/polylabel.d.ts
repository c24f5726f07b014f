declare module 'polylabel' {
	/** The point of a polygon that is farthest from its edges, and how far that is. */
	export default function polylabel(polygon: readonly (readonly (readonly number[])[])[], precision?: number): readonly number[] & { readonly distance: number };
}
