package conference_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/conference/conftest"
)

// played plays n conferences in both worlds, in their order, on every processor.
func played(t *testing.T, n int) iter.Seq[*worlds] {
	workers := runtime.GOMAXPROCS(0)
	done := make([]chan *worlds, workers)
	stop := make(chan struct{})
	for k := range workers {
		done[k] = make(chan *worlds)
		go func() {
			defer close(done[k])
			for seed := k; seed < n; seed += workers {
				w := newWorlds(t, uint64(seed))
				w.compare()
				select {
				case done[k] <- w:
				case <-stop:
					return
				}
			}
		}()
	}
	return func(yield func(*worlds) bool) {
		defer close(stop)
		for seed := range n {
			if w := <-done[seed%workers]; w == nil || !yield(w) {
				return
			}
		}
	}
}

// prefixes holds the beginnings of conferences, which all see alike: they are played once.
var prefixes struct {
	sync.Mutex
	scenes map[string]*conftest.Scene
}

func prefix(t *testing.T, key string, o conftest.Options, stage conference.Stage) conftest.Scene {
	prefixes.Lock()
	defer prefixes.Unlock()
	if prefixes.scenes == nil {
		prefixes.scenes = map[string]*conftest.Scene{}
	}
	if prefixes.scenes[key] == nil {
		prefixes.scenes[key] = begin(t, o, stage)
	}
	scene := *prefixes.scenes[key]
	scene.Log = slices.Clip(scene.Log)
	return scene
}

func newWorlds(t *testing.T, seed uint64) *worlds {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	o := conftest.Options{Parties: 2 + rng.IntN(3), Unmediated: rng.IntN(8) == 0, Rules: conftest.Rules()}
	variant := rng.IntN(4)
	o.Rules.ProposalResult = []string{"at-close", "when-all-answered"}[variant%2]
	o.Rules.EntryIntoForce = []string{"on-signature", "on-last-ratification", "on-last-notice", "on-last-ratification"}[variant]
	o.Rules.WholeOnly, o.Rules.RatifyWithin, o.Rules.Deadline = variant > 1, variant, conftest.Start.AddDate(0, 0, 2)
	starts := []conference.Stage{
		conference.Convening, conference.Opening, conference.Bargaining, conference.Bargaining, conference.Bargaining,
		conference.Bargaining, conference.TextStage, conference.Signature, conference.Ratification, conference.InForce,
	}
	start := starts[rng.IntN(len(starts))]
	if variant == 0 && start == conference.Ratification {
		start = conference.Signature // in force at once: it has no ratification
	}
	o.Rules.Desk = []string{portsmouth.DeskVenue, portsmouth.DeskAllowed}[variant/2]
	publicRules(&o.Rules, variant)
	noteRules(&o.Rules, variant)
	key := fmt.Sprint(o.Parties, o.Unmediated, variant, start)
	scene := prefix(t, key, o, start)
	w := &worlds{seed: seed, chance: newChance(seed, &scene)}
	w.there = scene.Log
	for range 30 {
		w.step()
	}
	w.here = scene.Log
	w.eye = eye{person: pick(w.chance, append(everybody(&scene), "north", "south", "mediator"))}
	if w.eye.person == "guest" {
		w.eye.invitation = "invitation-guest"
	}
	return w
}

func begin(t *testing.T, o conftest.Options, stage conference.Stage) *conftest.Scene {
	t.Helper()
	s := conftest.NewScene(o)
	if err := s.To(conference.Convening); err != nil {
		t.Error(err)
	}
	if _, err := s.Send(conference.Meta{ID: "invitation-guest", By: "host"}, conference.Invite{Party: "north", Role: "adviser"}); err != nil {
		t.Error(err)
	}
	if err := s.To(stage); err != nil {
		t.Error(err)
	}
	return s
}
