package stat

import "sync"

// mostKept bounds what is kept of the draws of one matrix, in bytes.
const mostKept = 64 << 20

// keptDraws are the matrices that chains walked to, for whoever asks about the same
// matrix again: the walk does not depend on the pairs asked.
type keptDraws struct {
	mu     sync.Mutex
	chains map[[2]uint64]*keptChain
}

type keptChain struct {
	once  sync.Once
	draws [][]uint64
}

// Keep makes the matrix hold on to the draws of [JointDraws] that are made from it,
// where that takes no more than 64 MB, so that many questions draw them once. It
// changes no result. Call it before the matrix is shared, and set nothing later.
func (m *Matrix) Keep() {
	if m.kept == nil && len(m.bits)*8*JointDraws <= mostKept {
		m.kept = &keptDraws{chains: map[[2]uint64]*keptChain{}}
	}
}

func (k *keptDraws) of(m *Matrix, seed, number uint64) [][]uint64 {
	k.mu.Lock()
	c := k.chains[[2]uint64{seed, number}]
	if c == nil {
		c = &keptChain{}
		k.chains[[2]uint64{seed, number}] = c
	}
	k.mu.Unlock()
	c.once.Do(func() {
		walk := newWalk(m, seed, number).start()
		all := make([]uint64, 0, chainDraws*len(m.bits))
		for range chainDraws {
			walk.draw()
			all = append(all, walk.bits...)
			c.draws = append(c.draws, all[len(all)-len(m.bits):])
		}
	})
	return c.draws
}
