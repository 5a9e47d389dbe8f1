package account

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"portsmouth"
)

// People see on which devices they are, and end it there. Of a device nothing is known but when somebody came in on it and
// when it was last used: no address and no make of browser is kept, which would tell more of people than it tells them.

// soon is how long before its latest end a session says so.
const soon = 14 * 24 * time.Hour

// Device is a device on which the signed-in person is.
type Device struct {
	ID     string    // names it among this person's, and opens nothing
	Here   bool      // it is the one at hand
	Signed time.Time // when the person came in
	Used   time.Time // when it was last used, to a thirtieth of the time that it may be unused
	Ends   time.Time // when it ends in any case
}

// sessionValues is what a session says of itself.
type sessionValues struct {
	person       string
	host         bool
	signed, used time.Time
}

func (s *Service) decode(data []byte) (sessionValues, error) {
	_, values, err := s.sessions.Codec.Decode(data)
	if err != nil {
		return sessionValues{}, fmt.Errorf("account: a session cannot be read: %w", err)
	}
	person, _ := values[keyPerson].(string)
	host, _ := values[keyHost].(bool)
	signed, _ := values[keySigned].(int64)
	used, _ := values[keySeen].(int64)
	return sessionValues{person, host, time.UnixMilli(signed), time.UnixMilli(used)}, nil
}

func (v sessionValues) device(token string) Device {
	_, absolute := lasting(v.host)
	return Device{ID: deviceID(token), Signed: v.signed, Used: v.used, Ends: v.signed.Add(absolute)}
}

// deviceID names a session on a page. It is not the token, not even hashed: what a database goes by stays there.
func deviceID(token string) string {
	sum := sha256.Sum256([]byte("device\n" + token))
	return hex.EncodeToString(sum[:8])
}

// Devices lists the devices of the signed-in person: this one, then the others, the last used first.
func (s *Service) Devices(ctx context.Context) ([]Device, error) {
	others, err := s.otherSessions(ctx)
	if err != nil {
		return nil, err
	}
	list := []Device{s.thisDevice(ctx)}
	for _, n := range others {
		v, err := s.decode(n.Data)
		if err != nil {
			return nil, err
		}
		list = append(list, v.device(n.Token))
	}
	slices.SortFunc(list[1:], func(a, b Device) int {
		return cmp.Or(b.Used.Compare(a.Used), b.Signed.Compare(a.Signed), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// LeavesSoon returns the latest end of this session when it is near, so that whoever has no other way in can see to one.
func (s *Service) LeavesSoon(ctx context.Context) (time.Time, bool) {
	ends := s.thisDevice(ctx).Ends
	signedIn := s.sessions.GetString(ctx, keyPerson) != "" && !s.sessions.GetBool(ctx, keyHost)
	return ends, signedIn && ends.Sub(s.Now()) < soon
}

func (s *Service) thisDevice(ctx context.Context) Device {
	d := sessionValues{
		host: s.sessions.GetBool(ctx, keyHost), signed: s.when(ctx, keySigned), used: s.Now(),
	}.device(s.SessionKey(ctx))
	d.Here = true
	return d
}

// otherSessions are those of the signed-in person but this one.
func (s *Service) otherSessions(ctx context.Context) ([]Session, error) {
	person := s.sessions.GetString(ctx, keyPerson)
	if person == "" {
		return nil, nil
	}
	all, err := s.store.SessionsOf(ctx, person, s.Now())
	here := s.SessionKey(ctx)
	return slices.DeleteFunc(all, func(n Session) bool { return n.Token == here }), err
}

// EndDevice signs the person out on another device of theirs, where with the session a reading key is locked. An id that is
// not one of theirs, or this device's, is not found.
func (s *Service) EndDevice(ctx context.Context, id string) error {
	others, err := s.otherSessions(ctx)
	if err != nil {
		return err
	}
	k := slices.IndexFunc(others, func(n Session) bool { return deviceID(n.Token) == id })
	if k < 0 {
		return &portsmouth.Error{Kind: portsmouth.NotFound, Message: "You are on no such device."}
	}
	return s.store.DropSession(ctx, others[k].Token)
}

// EndOtherDevices signs the person out on all devices but this one. Links back that were made before open nothing any more:
// whoever held another device could have made one.
func (s *Service) EndOtherDevices(ctx context.Context) error {
	person := s.sessions.GetString(ctx, keyPerson)
	if person == "" {
		return nil
	}
	if err := s.store.DropWaysBack(ctx, person); err != nil {
		return err
	}
	return s.store.DropSessionsOf(ctx, person, s.SessionKey(ctx))
}

// Ended returns those of the sessions, as [Service.SessionKey] names them, that have ended.
func (s *Service) Ended(ctx context.Context, keys []string) ([]string, error) {
	left, err := s.store.Unexpired(ctx, keys, s.Now())
	if err != nil {
		return nil, err
	}
	there := make(map[string]struct{}, len(left))
	for _, key := range left {
		there[key] = struct{}{}
	}
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { _, is := there[key]; return is }), nil
}
