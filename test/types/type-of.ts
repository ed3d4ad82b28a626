// `typeOf(x).is<T>()` compiles if the type of x is exactly T; else the compiler asks for an argument of the actual type.
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

export declare function typeOf<A>(value: A): { is<E>(...actual: Same<A, E> extends true ? [] : [A]): void }
