package venue

import "sync"

// How many things of a kind are kept in memory, and how many bytes of them. Past either others are forgotten; which is up to the
// order of a map, since all can be had again.
const (
	maxKept      = 4096
	maxKeptBytes = 64 << 20
)

// kept is what memory keeps of a kind by name, in bounds. The zero value is ready.
type kept[T interface{ bytes() int }] struct {
	mu     sync.Mutex
	byName map[string]T
	held   int // bytes
}

func (k *kept[T]) get(name string) (x T, known bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	x, known = k.byName[name]
	return x, known
}

// put keeps x in the place of what was kept under that name.
func (k *kept[T]) put(name string, x T) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byName == nil {
		k.byName = map[string]T{}
	}
	k.drop(name)
	k.byName[name] = x
	k.held += x.bytes()
	for other := range k.byName {
		if len(k.byName) <= maxKept && k.held <= maxKeptBytes {
			return
		}
		if other != name {
			k.drop(other)
		}
	}
}

func (k *kept[T]) drop(name string) {
	if x, known := k.byName[name]; known {
		k.held -= x.bytes()
		delete(k.byName, name)
	}
}
