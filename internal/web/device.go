package web

import "net/http"

// The list of one's devices, on one's own page.

func (s *site) deviceRoutes() []route {
	return []route{
		{http.MethodPost, "/me/devices/end", SignedIn, ownKey(s.endDevice)},
		{http.MethodPost, "/me/devices/end-others", SignedIn, ownKey(s.endOtherDevices)},
	}
}

// endDevice signs the person out on one other device.
func (s *site) endDevice(v *visit) error {
	if err := s.requireFresh(v); err != nil {
		return err
	}
	if err := s.Accounts.EndDevice(v.r.Context(), v.form("device")); err != nil {
		return err
	}
	s.endStreams(v.r.Context())
	return v.redirect("/me")
}

// endOtherDevices signs the person out on all devices but this one.
func (s *site) endOtherDevices(v *visit) error {
	if err := s.requireFresh(v); err != nil {
		return err
	}
	if err := s.endOthers(v); err != nil {
		return err
	}
	return v.redirect("/me")
}

func (s *site) endOthers(v *visit) error {
	if err := s.Accounts.EndOtherDevices(v.r.Context()); err != nil {
		return err
	}
	s.endStreams(v.r.Context())
	return nil
}

// endOthersIfAsked ends the person's other devices when a passkey was added or removed and the tick beside it was left on. It is on
// at first, because who takes a passkey away has mostly lost what it lay in, and who adds one mostly does it to be safer than
// before. It can be taken off and nothing is ended unasked: somebody who adds a passkey on a telephone may be in the middle of a
// session at a desk, and that desk has no way back in but a link.
func (s *site) endOthersIfAsked(v *visit) error {
	if v.form("others") != "end" {
		return nil
	}
	return s.endOthers(v)
}
