package words

import (
	"cmp"
	"slices"

	"portsmouth"
)

// Percents writes parts of one whole as whole percents that add up to 100: each is rounded down, and what is left goes to
// those that lost most by it (the method of the largest remainder; of equal ones, to the first by name). Parts are not
// negative; when all are zero, so are the percents.
func Percents(parts map[string]int64) map[string]int64 {
	var whole int64
	for _, v := range parts {
		whole += v
	}
	percents := make(map[string]int64, len(parts))
	if whole <= 0 {
		return percents
	}
	left := int64(100)
	for name, v := range parts {
		percents[name] = 100 * v / whole
		left -= percents[name]
	}
	names := portsmouth.SortedKeys(parts)
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(100*parts[b]%whole, 100*parts[a]%whole)
	})
	for _, name := range names[:left] {
		percents[name]++
	}
	return percents
}
