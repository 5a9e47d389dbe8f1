package vault

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strconv"

	"portsmouth/conference"
	"portsmouth/internal/lock"
	"portsmouth/internal/venue"
)

// A room is locked with a pair of keys of its own. Its private key lies sealed to the key of every member; the host has none. When
// a member comes or goes, or has another key, the room gets another pair, which all who are there can open. So who is new reads
// what is said from then on; what was said before, once a member who can opens the older pair for them. While a member has no
// key, what is said is held by the host again.

// roomLock is one pair of a room. Without a public key it says that from there on the host holds what opens words.
type roomLock struct {
	number int64
	room   string // as the database knows it

	Public []byte      `json:"public,omitempty"`
	Opens  []lockOpens `json:"opens,omitempty"`
}

// lockOpens is the private key of a lock, sealed to the key of one who can open it.
type lockOpens struct {
	Person  string `json:"person"`
	Key     []byte `json:"key"`
	Private []byte `json:"private"`
}

// locked reports whether only members open what is said from here on.
func (l *roomLock) locked() bool { return l != nil && l.Public != nil }

// opens finds what a person opens the lock with; nil when their key does not.
func (l *roomLock) opens(person string, key []byte) *lockOpens {
	for k, o := range l.Opens {
		if o.Person == person && bytes.Equal(o.Key, key) {
			return &l.Opens[k]
		}
	}
	return nil
}

// isFor reports whether the lock is one of precisely these readers.
func (l *roomLock) isFor(readers []conference.Reader) bool {
	return len(l.Opens) >= len(readers) && !slices.ContainsFunc(readers, func(r conference.Reader) bool { return l.opens(r.Person, r.Key) == nil }) &&
		!slices.ContainsFunc(l.Opens, func(o lockOpens) bool {
			return !slices.ContainsFunc(readers, func(r conference.Reader) bool { return r.Person == o.Person && bytes.Equal(r.Key, o.Key) })
		})
}

var _ venue.Keys = (*Vault)(nil)

// locks are the locks of the rooms of a conference, by name of the room in the database, in order.
type locks map[string][]*roomLock

func (l locks) inForce(name string) *roomLock {
	list := l[name]
	if len(list) == 0 {
		return nil
	}
	return list[len(list)-1]
}

func (v *Vault) lockName(id, room string) string { return v.host.named("lock", id, room) }

// locksOf reads the locks of a conference, of the rooms that are wanted: so what one room costs does not depend on the locks of
// another. Last says that only those in force are.
func (v *Vault) locksOf(ctx context.Context, id string, wanted func(room string) bool, last bool) (locks, error) {
	rows, err := v.db.RoomLocks(ctx, id)
	if err != nil {
		return nil, err
	}
	all := locks{}
	for k, row := range rows {
		if !wanted(row.Room) || last && k+1 < len(rows) && rows[k+1].Room == row.Room {
			continue
		}
		raw, err := open(v.host.box, row.Sealed, "lock", id, row.Room, strconv.FormatInt(row.Number, 10))
		if err != nil {
			return nil, err
		}
		l := &roomLock{number: row.Number, room: row.Room}
		if err := json.Unmarshal(raw, l); err != nil {
			return nil, errOpen
		}
		all[row.Room] = append(all[row.Room], l)
	}
	return all, nil
}

func (v *Vault) lockRow(id string, l *roomLock) (conference.LockRow, error) {
	raw, err := json.Marshal(l)
	if err != nil {
		return conference.LockRow{}, err
	}
	sealed := seal(v.host.box, raw, actStep, "lock", id, l.room, strconv.FormatInt(l.number, 10))
	return conference.LockRow{Room: l.room, Number: l.number, Sealed: sealed}, nil
}

// relock brings the locks up to date with who is to read in the rooms, and adds to the append what follows. What the host held of
// a room that is locked now, it holds no longer.
func (v *Vault) relock(ctx context.Context, a *conference.Append, all locks) error {
	fresh := map[string]*roomLock{}
	for _, want := range a.Locks {
		name := v.lockName(a.Conference, string(want.Room))
		next, err := v.nextLock(a.Conference, name, all.inForce(name), want)
		if err != nil {
			return err
		}
		if next == nil {
			continue
		}
		row, err := v.lockRow(a.Conference, next)
		if err != nil {
			return err
		}
		a.LockRows = append(a.LockRows, row)
		all[name] = append(all[name], next)
		if next.locked() {
			fresh[name] = next
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return v.rewrap(ctx, a, fresh)
}

// begunLock is a lock that an append was to bring which others were quicker than. The next try uses it again, with the keys
// that were wrapped for it: else who talks without end in one room could keep another from being locked.
type begunLock struct {
	*roomLock
	done map[string][]byte // what takes the place of a note's keys, by number of the act
}

// nextLock is the lock that a room needs after the one in force; nil when that one does.
func (v *Vault) nextLock(id, name string, now *roomLock, want conference.RoomLock) (*roomLock, error) {
	switch {
	case !want.Locked() && !now.locked():
		return nil, nil
	case want.Locked() && now.locked() && now.isFor(want.Readers):
		return nil, nil
	}
	next := &roomLock{number: 1, room: name}
	if now != nil {
		next.number = now.number + 1
	}
	if !want.Locked() {
		return next, nil
	}
	if begun := v.begunFor(name, next.number, want.Readers); begun != nil {
		return begun, nil
	}
	pair, err := lock.NewPair()
	if err != nil {
		return nil, err
	}
	next.Public = pair.Public()
	for _, r := range want.Readers {
		if err := next.openFor(id, pair, r); err != nil {
			return nil, err
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.begun[name] = &begunLock{next, map[string][]byte{}}
	return next, nil
}

func (v *Vault) begunFor(name string, number int64, readers []conference.Reader) *roomLock {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if b := v.begun[name]; b != nil && b.number == number && b.isFor(readers) {
		return b.roomLock
	}
	return nil
}

// came forgets what was begun of locks that an append has brought.
func (v *Vault) came(a conference.Append) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, want := range a.Locks {
		delete(v.begun, v.lockName(a.Conference, string(want.Room)))
	}
}

// openFor lets a reader open the lock.
func (l *roomLock) openFor(id string, pair lock.Pair, r conference.Reader) error {
	private, err := pair.Private()
	if err != nil {
		return err
	}
	sealed, err := lock.SealTo(r.Key, private, l.place(id)...)
	l.Opens = append(l.Opens, lockOpens{r.Person, r.Key, sealed})
	return err
}

func (l *roomLock) place(id string) []string {
	return []string{"lock", id, l.room, strconv.FormatInt(l.number, 10)}
}

// rewrap takes from the host what opens the words that were said so far in rooms that are locked now.
func (v *Vault) rewrap(ctx context.Context, a *conference.Append, fresh map[string]*roomLock) error {
	acts, err := v.db.Read(ctx, a.Conference, 0)
	if err != nil {
		return err
	}
	for _, act := range acts {
		if act.Room != sealedRoom || act.Note == nil {
			continue
		}
		at, sealed, err := v.label(a.Conference, act)
		if err != nil {
			return err
		}
		inForce := fresh[v.lockName(a.Conference, at.room)]
		if inForce == nil || len(sealed) == 0 || sealed[0] != wordsForm {
			continue
		}
		keys, err := v.rewrappedOnce(ctx, act, at, inForce)
		if err != nil {
			return err
		}
		if keys != nil {
			a.Rewrap = append(a.Rewrap, conference.Stored{Seq: act.Seq, Note: keys})
		}
	}
	return nil
}

// rewrappedOnce is rewrapped, or what that was at an earlier try. A note that was destroyed since is not asked for again.
func (v *Vault) rewrappedOnce(ctx context.Context, act conference.Stored, at spot, inForce *roomLock) ([]byte, error) {
	v.mu.RLock()
	begun := v.begun[inForce.room]
	var keys []byte
	if begun != nil && begun.roomLock == inForce {
		keys = begun.done[at.number]
	}
	v.mu.RUnlock()
	if keys != nil {
		return keys, nil
	}
	keys, err := v.rewrapped(ctx, act, at, inForce)
	if err != nil || keys == nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if begun != nil && begun.roomLock == inForce {
		begun.done[at.number] = keys
	}
	return keys, nil
}

// keyring is what one person opens with the secret that their request brings.
type keyring struct {
	v     *Vault
	id    string
	all   locks
	pairs map[string]map[int64]lock.Pair // by the room's name and the lock's number
}

// Keyring opens the locks that a person's secret opens.
func (v *Vault) Keyring(ctx context.Context, id, person string, secret lock.Secret) (venue.Keyring, error) {
	own, err := secret.Pair(id)
	if err != nil {
		return nil, err
	}
	all, err := v.locksOf(ctx, id, func(string) bool { return true }, false)
	if err != nil {
		return nil, err
	}
	k := &keyring{v: v, id: id, all: all, pairs: map[string]map[int64]lock.Pair{}}
	for name, list := range all {
		k.pairs[name] = map[int64]lock.Pair{}
		for _, l := range list {
			o := l.opens(person, own.Public())
			if o == nil {
				continue
			}
			private, err := own.Open(o.Private, l.place(id)...)
			if err != nil {
				return nil, errOpen
			}
			if k.pairs[name][l.number], err = lock.ReadPair(private); err != nil {
				return nil, errOpen
			}
		}
	}
	return k, nil
}

// Words opens the words of an act of a room; opened is false when these keys do not.
func (k *keyring) Words(room string, sealed []byte) (words []byte, opened bool, err error) {
	number, behind, ok := cutPart(sealed)
	keys, text, whole := cutPart(behind)
	if !ok || !whole || len(keys) != wordsKeySize {
		return nil, false, errOpen
	}
	lockNumber := binary.BigEndian.Uint64(keys)
	pair, has := k.pairs[k.v.lockName(k.id, room)][int64(lockNumber)]
	if !has {
		return nil, false, nil
	}
	at := spot{k.id, string(number), room}
	key, err := pair.Open(keys[lockedKeyStart:lockedKeyEnd], append(at.of("words key"), strconv.FormatUint(lockNumber, 10))...)
	if err != nil || len(key) != len(Key{}) {
		return nil, false, errOpen
	}
	box, err := newBox(Key(key))
	if err != nil {
		return nil, false, err
	}
	words, err = open(box, text, at.of("words")...)
	return words, err == nil, err
}

// Admit lets a reader open all locks of a room that a keyring opens. It returns the rows that say so, for the append of the act
// that does; none when the reader opens them already.
func (v *Vault) Admit(id string, room conference.Audience, to conference.Reader, by venue.Keyring) ([]conference.LockRow, error) {
	k, ours := by.(*keyring)
	if !ours {
		return nil, conference.ErrLocked()
	}
	name := v.lockName(id, string(room))
	var rows []conference.LockRow
	for _, l := range k.all[name] {
		pair, opens := k.pairs[name][l.number]
		if !opens || l.opens(to.Person, to.Key) != nil {
			continue
		}
		if err := l.openFor(id, pair, to); err != nil {
			return nil, err
		}
		row, err := v.lockRow(id, l)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// Locks says, by room, whether it is locked and, by person, how many of its locks a reader's key does not open.
func (v *Vault) Locks(ctx context.Context, id string, rooms []conference.RoomLock) (map[conference.Audience]venue.Locked, error) {
	names := map[string]bool{}
	for _, room := range rooms {
		names[v.lockName(id, string(room.Room))] = true
	}
	all, err := v.locksOf(ctx, id, func(room string) bool { return names[room] }, false)
	if err != nil {
		return nil, err
	}
	found := map[conference.Audience]venue.Locked{}
	for _, room := range rooms {
		name := v.lockName(id, string(room.Room))
		locked := venue.Locked{Now: all.inForce(name).locked(), Shut: map[string]int{}}
		for _, l := range all[name] {
			for _, r := range room.Readers {
				if l.locked() && l.opens(r.Person, r.Key) == nil {
					locked.Shut[r.Person]++
				}
			}
		}
		found[room.Room] = locked
	}
	return found, nil
}
