package storetest

import (
	"sync"
	"sync/atomic"
	"testing"

	"portsmouth/internal/store"
)

func waysInTurn(t *testing.T, s *store.Store) {
	ctx := t.Context()
	ways, version, err := s.Ways(ctx, "p1")
	ok(t, err)
	if ways != nil || version != 0 {
		t.Errorf("of nobody there is %q, version %d", ways, version)
	}
	put, err := s.PutWays(ctx, "p1", []byte("late"), 1)
	ok(t, err)
	same(t, put, false)
	for expected := range int64(3) {
		var (
			group sync.WaitGroup
			wins  atomic.Int32
		)
		for k := range 16 {
			group.Go(func() {
				put, err := s.PutWays(ctx, "p1", []byte{0, 0xff, byte(k)}, expected)
				if err != nil {
					t.Error(err)
				}
				if put {
					wins.Add(1)
				}
			})
		}
		group.Wait()
		same(t, wins.Load(), int32(1))
		ways, version, err = s.Ways(ctx, "p1")
		ok(t, err)
		same(t, version, expected+1)
		same(t, ways[:2], []byte{0, 0xff})
	}
	_, version, err = s.Ways(ctx, "p2")
	ok(t, err)
	same(t, version, int64(0))
}
