package account

import (
	"container/list"
	"context"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"portsmouth"
)

const (
	limitPatience = 2 * time.Second
	limitKeys     = 20_000
)

// Limiter slows down who asks too often, and refuses who asks far too often. Delaying first is kinder to people, who
// hardly notice it, and as good against programs. It is per process.
type Limiter struct {
	rate  rate.Limit
	burst int

	mu     sync.Mutex
	keys   map[string]*list.Element
	recent *list.List // of *limited, the most recent first
}

type limited struct {
	key     string
	limiter *rate.Limiter
}

// NewLimiter allows each key perSecond requests on average, and burst at once.
func NewLimiter(perSecond float64, burst int) *Limiter {
	return &Limiter{rate: rate.Limit(perSecond), burst: burst, keys: map[string]*list.Element{}, recent: list.New()}
}

// Wait returns when key may go on, at most two seconds later. If that is not enough it refuses at once, with an error
// of kind TooMany, and the refused request counts for nothing.
func (l *Limiter) Wait(ctx context.Context, key string) error {
	now := time.Now()
	turn := l.limiter(key).ReserveN(now, 1)
	delay := turn.DelayFrom(now)
	if !turn.OK() || delay > limitPatience {
		turn.CancelAt(now)
		return &portsmouth.Error{
			Kind: portsmouth.TooMany, Rule: "rate-limit", Message: "Too many requests. Wait a little, then try again.",
		}
	}
	if delay == 0 {
		return nil
	}
	select {
	case <-time.After(delay):
		return nil
	case <-ctx.Done():
		turn.Cancel()
		return ctx.Err()
	}
}

// limiter finds the limiter of a key. Memory is bounded: beyond so many keys the one that has been quiet for longest
// is forgotten, and with it at most one burst.
func (l *Limiter) limiter(key string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, known := l.keys[key]; known {
		l.recent.MoveToFront(e)
		return e.Value.(*limited).limiter
	}
	if l.recent.Len() >= limitKeys {
		oldest := l.recent.Remove(l.recent.Back()).(*limited)
		delete(l.keys, oldest.key)
	}
	fresh := &limited{key: key, limiter: rate.NewLimiter(l.rate, l.burst)}
	l.keys[key] = l.recent.PushFront(fresh)
	return fresh.limiter
}

// AddressKey turns a remote address ("192.0.2.1:1234") into a key for a Limiter. Of an IPv6 address it keeps the first
// 64 bits, because one household has all of the rest.
func AddressKey(remote string) string {
	address, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	ip := address.Addr().Unmap()
	if ip.Is4() {
		return ip.String()
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return remote
	}
	return network.String()
}
