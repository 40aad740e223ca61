/** Starts the page: session, language, sentences; then the rooms. */
import { mount } from 'svelte'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import App from './App.svelte'
import { makeRoom } from './lib/shell/keyboard'
import { foresee } from './lib/shell/rooms'
import { router } from './lib/shell/router.svelte'
import { stayInside } from './lib/shell/stay'
import { theme } from './lib/shell/theme.svelte'

stayInside(document)
foresee(document)
theme.start()
makeRoom(document, window.visualViewport)
router.start()
mount(App, { target: document.getElementById('app')! })
