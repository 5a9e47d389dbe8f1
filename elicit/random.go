package elicit

import "math"

// source is a small fixed generator (splitmix64, Steele, Lea & Flood 2014): the same seed gives the same questions and the
// same ranges wherever and whenever they are computed again.
type source struct{ state uint64 }

func (s *source) next() uint64 {
	s.state += 0x9e3779b97f4a7c15
	x := s.state
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// float is uniform on [0, 1).
func (s *source) float() float64 { return float64(s.next()>>11) / (1 << 53) }

// between is uniform on [low, high).
func (s *source) between(low, high float64) float64 { return low + (high-low)*s.float() }

func (s *source) below(n int) int { return int(s.next() % uint64(n)) }

func (s *source) exponential() float64 { return -math.Log(1 - s.float()) }

func (s *source) normal() float64 {
	return math.Sqrt(2*s.exponential()) * math.Cos(2*math.Pi*s.float())
}
