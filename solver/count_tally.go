package solver

import "math/bits"

// add adds x to t.
func (t tally) add(x tally) {
	var carry uint64
	for k := range t {
		t[k], carry = bits.Add64(t[k], x[k], carry)
	}
}

// is reports whether t is that small number.
func (t tally) is(small uint64) bool {
	if t[0] != small {
		return false
	}
	for _, word := range t[1:] {
		if word != 0 {
			return false
		}
	}
	return true
}

// addProduct adds x × y to t.
func (t tally) addProduct(x, y tally) {
	for i := range x {
		if x[i] == 0 {
			continue
		}
		var carry uint64
		for j := 0; i+j < len(t); j++ {
			hi, lo := bits.Mul64(x[i], y[j])
			var c uint64
			lo, c = bits.Add64(lo, carry, 0)
			hi += c
			t[i+j], c = bits.Add64(t[i+j], lo, 0)
			carry = hi + c
		}
	}
}
