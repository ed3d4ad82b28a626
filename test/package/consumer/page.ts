// Compiled without Node's types and as a bundler resolves: what a web page's project sees.
import { tensor } from 'wengert'

const x = tensor([1, 2, 3], { requiresGrad: true })
x.mul(x).sum().backward()
document.title = String(x.grad)
