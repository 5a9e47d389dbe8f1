package words

import (
	"maps"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestPercentsAddUp(t *testing.T) {
	for _, c := range []struct{ parts, want map[string]int64 }{
		{map[string]int64{"a": 3350, "b": 3350, "c": 3300}, map[string]int64{"a": 34, "b": 33, "c": 33}}, // rounded one by one they make 101
		{map[string]int64{"a": 1, "b": 1, "c": 1}, map[string]int64{"a": 34, "b": 33, "c": 33}},
		{map[string]int64{"a": 9960, "b": 40}, map[string]int64{"a": 100, "b": 0}},
		{map[string]int64{"a": 10000}, map[string]int64{"a": 100}},
		{map[string]int64{"a": 0, "b": 0}, map[string]int64{}},
		{nil, map[string]int64{}},
	} {
		if got := Percents(c.parts); !maps.Equal(got, c.want) {
			t.Errorf("%v: %v, not %v", c.parts, got, c.want)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		parts, whole := map[string]int64{}, int64(0)
		for k := range 1 + r.IntN(12) {
			v := r.Int64N(5000) + 1
			parts[strconv.Itoa(k)], whole = v, whole+v
		}
		sum := int64(0)
		for name, p := range Percents(parts) {
			sum += p
			if exact := float64(100*parts[name]) / float64(whole); float64(p) < exact-1 || float64(p) > exact+1 {
				t.Fatalf("%s of %v is %v per cent, not %d", name, parts, exact, p)
			}
		}
		if sum != 100 {
			t.Fatalf("%v add up to %d", parts, sum)
		}
	}
}
