package picture

import (
	"math"
	"strconv"
)

// scale maps the numbers of one axis to units of a picture (or columns of a terminal).
type scale struct {
	low, high float64 // of the axis
	from, to  float64 // where they are drawn; from may be above to
	ticks     []float64
	decimals  int
	comma     bool // the decimal sign of the labels
}

// newScale covers low to high with about n round steps between from and to.
func newScale(low, high, from, to float64, n int) scale {
	if !(high > low) {
		low, high = low-0.5, low+0.5
	}
	step := roundStep((high - low) / float64(n))
	s := scale{low: step * math.Floor(low/step+1e-9), high: step * math.Ceil(high/step-1e-9), from: from, to: to}
	s.decimals = max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	for k := 0.0; ; k++ {
		v := s.low + k*step
		if v > s.high+step/2 || len(s.ticks) > 40 {
			return s
		}
		s.ticks = append(s.ticks, v)
	}
}

// roundStep returns 1, 2 or 5 times a power of ten, not much less than v.
func roundStep(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5} {
		if v <= m*power*1.3 {
			return m * power
		}
	}
	return 10 * power
}

func (s scale) at(v float64) float64 {
	return s.from + (v-s.low)/(s.high-s.low)*(s.to-s.from)
}

func (s scale) label(v float64) string {
	if v == 0 {
		v = 0 // no minus
	}
	return signed(strconv.FormatFloat(v, 'f', s.decimals, 64), s.comma)
}

// span widens low to high so that v lies within; a NaN changes nothing.
type span struct {
	low, high float64
	any       bool
}

func (s *span) take(vs ...float64) {
	for _, v := range vs {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		if !s.any {
			s.low, s.high, s.any = v, v, true
		}
		s.low, s.high = min(s.low, v), max(s.high, v)
	}
}
