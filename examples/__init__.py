"""Small applications that charge credits: a chat, a voice call, documents."""
