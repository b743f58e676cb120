/** Edits that a suggestion may take: one more for each turn. */
type Turns = [[], [1], [1, 1]];

/** Whether a text becomes another by so many edits: a letter put in, left out, changed, or swapped with the next. */
type IsNear<From extends string, To extends string, Edits extends unknown[]> = From extends To
  ? true
  : From extends `${infer First}${infer Rest}`
    ? To extends `${infer Wanted}${infer Others}`
      ? First extends Wanted
        ? IsNear<Rest, Others, Edits>
        : Edits extends [unknown, ...infer Left]
          ? true extends IsNear<Rest, Others, Left> | IsNear<Rest, To, Left> | IsNear<From, Others, Left> | IsSwapped<From, To, Left>
            ? true
            : false
          : false
      : Edits extends [unknown, ...infer Left]
        ? IsNear<Rest, To, Left>
        : false
    : To extends `${string}${infer Others}`
      ? Edits extends [unknown, ...infer Left]
        ? IsNear<From, Others, Left>
        : false
      : false;

type IsSwapped<From extends string, To extends string, Edits extends unknown[]> = From extends `${infer A}${infer B}${infer Rest}`
  ? To extends `${B}${A}${infer Others}`
    ? IsNear<Rest, Others, Edits>
    : false
  : false;

type WithinEdits<Name extends string, Known extends string, Edits extends unknown[]> = Known extends string
  ? IsNear<Lowercase<Name>, Lowercase<Known>, Edits> extends true
    ? Known
    : never
  : never;

/** The known names that take the fewest edits, at most two; never where there is none. */
type Nearest<Name extends string, Known extends string, Left = Turns> = Left extends [infer Edits extends unknown[], ...infer Others]
  ? [WithinEdits<Name, Known, Edits>] extends [never]
    ? Nearest<Name, Known, Others>
    : WithinEdits<Name, Known, Edits>
  : never;

/** What the compiler says of a name that does not exist: the words of the error that it would be at run time. */
export type Unknown<What extends string, Name, Known> = Name extends string
  ? [Nearest<Name, Known & string>] extends [never]
    ? `unknown ${What} ${Name}`
    : `unknown ${What} ${Name}; did you mean ${Nearest<Name, Known & string>}?`
  : never;
