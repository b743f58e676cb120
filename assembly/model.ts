// THE SEAM between solvers and models. Both live in the same memory; a row is n lanes of f64, 16-byte aligned, n even.
//
//   t    [ time                              ]   one row, equal in all lanes for fixed steps
//   y    [ state 0 ][ state 1 ] ...              dy the same
//   p    [ parameter 0 ] ... [ input 0 ] ... [ delayed value 0 ] ...   then the rows that the model's own derive(p, n) wrote
//   out  [ algebraic variable 0 ] ...            of record: [ delay line 0 ] ...
//
// Lanes are points of the sweep; no function may mix them.

/** dy = f(t, y; p) for n lanes. */
// @ts-ignore: decorator
@external("model", "rhs")
export declare function rhs(t: usize, y: usize, dy: usize, p: usize, n: i32): void;

/** out = the algebraic variables at (t, y; p) for n lanes. */
// @ts-ignore: decorator
@external("model", "observe")
export declare function observe(t: usize, y: usize, out: usize, p: usize, n: i32): void;

/** out = what each delay line remembers of (t, y; p) for n lanes. A model without delay lines need not have it. */
// @ts-ignore: decorator
@external("model", "pushHistory")
export declare function pushHistory(t: usize, y: usize, out: usize, p: usize, n: i32): void;

/** out = the intensities of noise at (t, y; p) for n lanes, those that are expressions. A model without such need not have it. */
// @ts-ignore: decorator
@external("model", "diffuse")
export declare function diffuse(t: usize, y: usize, out: usize, p: usize, n: i32): void;

/** out = the derivatives of f at (t, y; p) for n lanes: rows d f_i / d y_j, row by row, then rows d f_i / d t. Only some methods need it. */
// @ts-ignore: decorator
@external("model", "jacobian")
export declare function jacobian(t: usize, y: usize, out: usize, p: usize, n: i32): void;

/** out = the present value of each switch at (t, y; p) for n lanes, then how far each is from leaving the mode that p holds it at. */
// @ts-ignore: decorator
@external("model", "switches")
export declare function switches(t: usize, y: usize, out: usize, p: usize, n: i32): void;
