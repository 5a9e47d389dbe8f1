package account_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"portsmouth"
	"portsmouth/internal/account"
)

func TestTheLimiterDelaysThenRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := account.NewLimiter(1, 3)
		var (
			group                   sync.WaitGroup
			at, delayed, turnedAway atomic.Int32
		)
		start := time.Now()
		for range 10 {
			group.Go(func() {
				err := l.Wait(t.Context(), "192.0.2.1")
				switch took := time.Since(start); {
				case portsmouth.KindOf(err) == portsmouth.TooMany && took == 0:
					turnedAway.Add(1)
				case err != nil:
					t.Error(err)
				case took == 0:
					at.Add(1)
				case took == time.Second || took == 2*time.Second:
					delayed.Add(1)
				default:
					t.Errorf("waited %v", took)
				}
			})
		}
		group.Wait()
		if at.Load() != 3 || delayed.Load() != 2 || turnedAway.Load() != 5 {
			t.Errorf("at once %d, delayed %d, refused %d", at.Load(), delayed.Load(), turnedAway.Load())
		}
		ok(t, l.Wait(t.Context(), "192.0.2.2")) // others do not suffer
		time.Sleep(5 * time.Second)
		before := time.Now()
		ok(t, l.Wait(t.Context(), "192.0.2.1"))
		if time.Since(before) != 0 {
			t.Error("still delayed after a rest: the refused ones were counted")
		}
	})
}

func TestTheLimiterLetsGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := account.NewLimiter(1, 1)
		ok(t, l.Wait(t.Context(), "k"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := l.Wait(ctx, "k"); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
	})
}

func TestTheLimiterForgets(t *testing.T) {
	l := account.NewLimiter(0.001, 1)
	ok(t, l.Wait(t.Context(), "first"))
	if err := l.Wait(t.Context(), "first"); portsmouth.KindOf(err) != portsmouth.TooMany {
		t.Fatal(err)
	}
	for i := range 20_000 {
		ok(t, l.Wait(t.Context(), fmt.Sprint(i)))
	}
	ok(t, l.Wait(t.Context(), "first")) // forgotten, so that memory stays bounded
}

func TestAddressKey(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:1234":               "192.0.2.1",
		"[::ffff:192.0.2.1]:9":         "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:1":     "2001:db8:1:2::/64",
		"[2001:db8:1:2:ffff::9%eth0]:": "[2001:db8:1:2:ffff::9%eth0]:",
		"[fe80::1%eth0]:80":            "fe80::/64",
		"@":                            "@",
	} {
		if got := account.AddressKey(remote); got != want {
			t.Errorf("%s: %s, want %s", remote, got, want)
		}
	}
}
