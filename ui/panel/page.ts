import './cuecard-panel.ts'
