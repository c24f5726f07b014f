/** Replaces the lower triangle of a symmetric positive definite matrix (row by row) by its Cholesky factor. */
export function factorise(matrix: Float64Array, size: number): void {
	for (let i = 0; i < size; i++) {
		for (let j = 0; j <= i; j++) {
			let sum = matrix[i * size + j]!;
			for (let k = 0; k < j; k++) sum -= matrix[i * size + k]! * matrix[j * size + k]!;
			// What has no information of its own keeps none: a tiny pivot instead of none.
			if (i === j) matrix[i * size + i] = Math.sqrt(Math.max(sum, 1e-9));
			else matrix[i * size + j] = sum / matrix[j * size + j]!;
		}
	}
}

/** Solves L v = right in place. */
export function halfSolve(factor: Float64Array, size: number, right: Float64Array): void {
	for (let i = 0; i < size; i++) {
		let sum = right[i]!;
		for (let k = 0; k < i; k++) sum -= factor[i * size + k]! * right[k]!;
		right[i] = sum / factor[i * size + i]!;
	}
}

/** Solves L L' v = right in place. */
export function solveFactorised(factor: Float64Array, size: number, right: Float64Array): void {
	halfSolve(factor, size, right);
	for (let i = size - 1; i >= 0; i--) {
		let sum = right[i]!;
		for (let k = i + 1; k < size; k++) sum -= factor[k * size + i]! * right[k]!;
		right[i] = sum / factor[i * size + i]!;
	}
}
