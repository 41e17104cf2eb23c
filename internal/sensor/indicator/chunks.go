package indicator

// chunks is a list that grows without being copied. Elements added together
// lie together.
type chunks[T any] struct {
	size int
	list [][]T
}

// add makes room for n elements, has them filled, and returns where they begin.
func (c *chunks[T]) add(n int, fill func([]T)) uint32 {
	last := len(c.list) - 1
	if last < 0 || len(c.list[last])+n > c.size {
		c.list = append(c.list, make([]T, 0, c.size))
		last++
	}
	from := len(c.list[last])
	c.list[last] = c.list[last][:from+n]
	fill(c.list[last][from:])
	return uint32(last*c.size + from)
}

// push adds one element.
func (c *chunks[T]) push(v T) { c.add(1, func(dst []T) { dst[0] = v }) }

// at returns n elements from where add said.
func (c *chunks[T]) at(from uint32, n int) []T {
	i := int(from) % c.size
	return c.list[int(from)/c.size][i : i+n]
}

// get returns one element.
func (c *chunks[T]) get(n uint32) *T { return &c.list[int(n)/c.size][int(n)%c.size] }

// len is the number of elements, if they were pushed one by one.
func (c *chunks[T]) len() int {
	if len(c.list) == 0 {
		return 0
	}
	return (len(c.list)-1)*c.size + len(c.list[len(c.list)-1])
}

// full reports that places no longer fit into 32 bits.
func (c *chunks[T]) full() bool { return len(c.list) >= (1<<32)/c.size }
