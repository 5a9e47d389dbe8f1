package venue

import (
	"context"
	"sync"
	"time"

	"portsmouth"
	"portsmouth/conference"
)

// beat is how often the timer looks for deadlines that have passed: one indexed query, whatever the number of
// conferences.
const beat = 500 * time.Millisecond

// Run sends the commands of passed deadlines and passes on what other nodes of the same store did, until ctx ends.
func (v *Venue) Run(ctx context.Context) error {
	pokes, err := v.Store.Watch(ctx)
	if err != nil {
		return err
	}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	var done sync.WaitGroup
	defer done.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			v.passDeadlines(ctx, &done)
			v.passHour(ctx, &done)
			v.passCosigned(ctx, &done)
			v.opened.forget(v.Clock.Now())
		case p, open := <-pokes:
			switch {
			case !open:
				pokes = nil
			case p.Conference == "":
				v.lookAtAll(ctx)
			default:
				v.hear(ctx, p)
			}
		}
	}
}

// passDeadlines passes those of each conference apart: the close of a round takes its time, and nobody else should wait.
func (v *Venue) passDeadlines(ctx context.Context, done *sync.WaitGroup) {
	ids, err := v.Store.Due(ctx, v.Clock.Now())
	if err != nil {
		v.Log.Error("deadlines cannot be read", "error", err)
		return
	}
	for _, id := range ids {
		if _, busy := v.passing.LoadOrStore(id, true); busy {
			continue
		}
		done.Go(func() {
			defer v.passing.Delete(id)
			if err := v.PassDeadlines(ctx, id); err != nil {
				v.Log.Error("a deadline could not be passed", "error", err)
			}
		})
	}
}

// PassDeadlines sends what is due in one conference now.
func (v *Venue) PassDeadlines(ctx context.Context, id string) error {
	for range tries {
		l, err := v.load(ctx, id)
		if err != nil {
			return err
		}
		_, err = v.settleTime(ctx, Request{Conference: id, At: v.Now(conference.Look(l.events, conference.TimerViewer))}, l)
		if !isRace(err) {
			return err
		}
	}
	return nil
}

// hear passes on what another node (or this one) appended.
func (v *Venue) hear(ctx context.Context, p conference.Poke) {
	v.mu.Lock()
	behind := v.poked[p.Conference] < p.Seq
	v.mu.Unlock()
	if behind && v.Hub.Watchers(p.Conference) > 0 {
		v.tell(ctx, p.Conference)
	}
}

// lookAtAll catches up after pokes may have been missed.
func (v *Venue) lookAtAll(ctx context.Context) {
	v.mu.Lock()
	ids := portsmouth.SortedKeys(v.poked)
	v.mu.Unlock()
	for _, id := range ids {
		if v.Hub.Watchers(id) > 0 {
			v.tell(ctx, id)
		}
	}
}

// tell reads what was added and passes it on.
func (v *Venue) tell(ctx context.Context, id string) {
	l, err := v.load(ctx, id)
	if err != nil {
		v.Log.Error("watchers could not be told", "error", err)
		return
	}
	v.pass(id, l)
}

// pass wakes those who may see what was added since they were last told. An act that somebody may not see does not wake
// them: that something happened in private is private.
func (v *Venue) pass(id string, l *log) {
	v.mu.Lock()
	from := v.poked[id]
	v.poked[id] = max(from, l.head)
	v.mu.Unlock()
	if from >= l.head {
		return
	}
	var rooms []string
	for _, e := range l.events[from:] {
		rooms = append(rooms, string(e.Audience))
	}
	v.Hub.Poke(id, rooms)
}

// Reindex rebuilds what the store keeps beside the acts, from the acts.
func (v *Venue) Reindex(ctx context.Context) error {
	ids, err := v.Store.Conferences(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		l, err := v.load(ctx, id)
		if err != nil {
			return err
		}
		if err := v.Store.PutIndex(ctx, id, conference.IndexOf(l.events)); err != nil {
			return err
		}
	}
	return nil
}
