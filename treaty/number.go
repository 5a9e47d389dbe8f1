package treaty

import (
	"slices"
	"strings"
)

var numerals = []struct {
	value int
	sign  string
}{
	{1000, "M"},
	{900, "CM"},
	{500, "D"},
	{400, "CD"},
	{100, "C"},
	{90, "XC"},
	{50, "L"},
	{40, "XL"},
	{10, "X"},
	{9, "IX"},
	{5, "V"},
	{4, "IV"},
	{1, "I"},
}

// roman writes n ≥ 1 as a Roman numeral.
func roman(n int) string {
	var b strings.Builder
	for _, x := range numerals {
		for ; n >= x.value; n -= x.value {
			b.WriteString(x.sign)
		}
	}
	return b.String()
}

// commaLanguages write 1,200.5; the others are given the form of ISO 80000-1, which French prescribes: 1 200,5 with a
// narrow space that does not break.
var commaLanguages = []string{"en", "ja", "ko", "th", "zh"}

const narrowSpace = "\u202f"

// FormatNumber writes a canonical decimal ("1200.5") as a language writes it: "1,200.5" in English, "1 200,5" (with
// U+202F) in French.
func FormatNumber(value, lang string) string {
	group, point := narrowSpace, ","
	if base, _, _ := strings.Cut(lang, "-"); slices.Contains(commaLanguages, base) {
		group, point = ",", "."
	}
	whole, frac, fractional := strings.Cut(value, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for k := len(whole) - 3; k > 0; k -= 3 {
		whole = whole[:k] + group + whole[k:]
	}
	if !fractional {
		return sign + whole
	}
	return sign + whole + point + frac
}
