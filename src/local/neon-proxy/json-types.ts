/** The object ids of the types that have a form of their own in JSON; they are the same on every server. */
export const types = {
  bool: 16,
  int2: 21,
  int4: 23,
  text: 25,
  json: 114,
  float4: 700,
  float8: 701,
  jsonb: 3802,
} as const;

/**
 * Arrays of the other built-in types, whose elements become strings.
 *
 * Not among them are those of boxes, which have semicolons for commas, and the vectors, which have no braces.
 *
 * @see https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat
 */
const textArrays = [
  143, 271, 629, 651, 719, 775, 791, 1001, 1002, 1003, 1006, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 1016, 1017,
  1018, 1019, 1027, 1028, 1034, 1040, 1041, 1115, 1182, 1183, 1185, 1187, 1231, 1263, 1270, 1561, 1563, 2201, 2207,
  2208, 2209, 2210, 2211, 2949, 2951, 3221, 3643, 3644, 3645, 3735, 3770, 3905, 3907, 3909, 3911, 3913, 3927, 4073,
  4090, 4097, 4192, 5039, 6150, 6151, 6152, 6153, 6155, 6157,
];

/** The elements' type of every built-in array type, by that type's id. An array of another type stays text. */
export const elementTypes: ReadonlyMap<number, number> = new Map([
  [199, types.json],
  [1000, types.bool],
  [1005, types.int2],
  [1007, types.int4],
  [1021, types.float4],
  [1022, types.float8],
  [3807, types.jsonb],
  ...textArrays.map((type) => [type, types.text] as const),
]);
