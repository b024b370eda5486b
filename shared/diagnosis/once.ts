/**
 * A function of an object that is worked out at the first call, and remembered for as long as the object lives. Many
 * rules ask the same of one view, and each answer costs a look at every object of the snapshot.
 */
export function once<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { value: Value }>();
  return (key) => {
    const made = known.get(key) ?? { value: make(key) };
    known.set(key, made);
    return made.value;
  };
}
